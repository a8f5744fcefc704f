"""Run by the peer's own Python: `peer_side.py FOLDER`, one JSON object of texts by file name, and seconds."""

import json
import re
import sys
import time
from pathlib import Path


def main() -> None:
    from rapidocr_onnxruntime import RapidOCR  # type: ignore[import-not-found]

    engine, folder, texts = RapidOCR(), Path(sys.argv[1]), {}
    started = time.process_time()
    for path in sorted(folder.glob("*.png")):
        crop = ".crop." in path.name
        found, _ = engine(str(path), use_det=not crop, use_cls=False, use_rec=True)
        lines = [line[0] if crop else line[1] for line in found or []]
        texts[path.name] = [re.sub("[^0-9A-Z]", "", str(line).upper()) for line in lines]
    sys.stdout.write(json.dumps({"texts": texts, "cpu_s": time.process_time() - started}))


if __name__ == "__main__":
    main()
