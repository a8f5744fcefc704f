"""From the word that a model is in force to the model itself: its file, a trial, and the open detector."""

from minio import Minio

from domain.contracts.events.learning import ModelPutInForce
from domain.contracts.learning import ModelKind
from inference.background import made_in_background
from inference.detectors.options import YoloOptions
from inference.errors import ModelUnusable
from inference.ppe import INPUT_PX, MIN_SCORE
from inference.registry.desk import Model
from inference.registry.examine import tried
from inference.registry.opening import open_model
from inference.registry.shelf import ModelOutOfReach, Shelf
from inference.settings import InferenceSettings
from inference.trackers import create
from inference.trackers.appearance import Appearance
from inference.trackers.boxmot import BY_LOOKS
from inference.trackers.bytetrack import TrackOptions
from inference.weights import Weights
from infra import objects


class Bringer:
    """Opens models with the plant's settings. To be called by one thread."""

    def __init__(self, settings: InferenceSettings, options: YoloOptions) -> None:
        self._settings, self._options = settings, options
        self._shelf = Shelf(settings.home / "models", self._store, settings.s3_bucket)

    def open(self, put: ModelPutInForce) -> Model:
        """Raises ModelUnusable when it never will, ModelOutOfReach when the object store is away."""
        form = put.form
        path = self._shelf.take(put.digest, put.key, form.format)
        found = tried(path, form.kind, form.classes)
        if found != form:
            raise ModelUnusable(f"{path} is read as {found}, the registry says {form}")
        options = self._options
        if form.kind is ModelKind.PPE:
            options = YoloOptions(width=INPUT_PX, height=INPUT_PX, threads=options.threads, min_score=MIN_SCORE)
        weights = Weights(f"{put.model_id}-{put.model_version}", path, put.digest)
        if form.kind is ModelKind.TRACKER:
            return self._appearance(weights)
        return made_in_background(lambda: open_model(weights, form, options, self._settings.detector))

    def _appearance(self, weights: Weights) -> Appearance:
        """A probe is made first: not every tracker goes by looks, and BoxMOT need not be installed."""
        appearance = made_in_background(lambda: Appearance(weights, self._settings.detector_threads))
        if self._settings.tracker not in BY_LOOKS:
            raise ModelUnusable(f"the tracker {self._settings.tracker.value} does not go by looks")
        create(self._settings.tracker, 0, TrackOptions(), appearance)
        return appearance

    def _store(self) -> Minio:
        if not self._settings.s3_endpoint:
            raise ModelOutOfReach("this process was not told where the object store is")
        return objects.client(self._settings)
