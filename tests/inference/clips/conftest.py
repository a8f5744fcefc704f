"""The real models, loaded once."""

import pytest

from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.protocols import Detector
from infra.detectors import DetectorKind


@pytest.fixture(scope="session")
def detector() -> Detector:
    return create(DetectorKind.OPENVINO, YoloOptions(threads=1))
