"""Faces compared by a service of the plant, in the manner of FaceReg: a JPEG goes out, a name comes back (R85).

POST <address>, `image/jpeg`, with `Authorization: Bearer …` where there is a token. Answer 200 with JSON
`{"person": "<login or identifier>" | null, "score": 0..1, "model": "<name and version>"}`, or 204: no face.
"""

import json
import time
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Final

import cv2
import httpx

from domain.contracts.detections import ModelRef
from domain.contracts.identifiers import user_named
from inference.faces.address import Dialled, FaceServiceRefused, dialled
from inference.faces.breaker import Breaker
from inference.faces.matcher import FaceMatch, FacesUnavailable
from infra.dialling import Resolver, resolved
from infra.frames import Pixels

TIMEOUT_S: Final = 3.0
MOST_BYTES: Final = 64 * 1024
LONGEST_NAME: Final = 100
QUALITY: Final = (int(cv2.IMWRITE_JPEG_QUALITY), 92)
JPEG: Final = {"Content-Type": "image/jpeg", "Accept": "application/json", "Accept-Encoding": "identity"}


class ServiceMatcher:
    """A FaceMatcher by way of HTTP. No redirect is followed and no proxy used: pictures go to one address.

    clock      steady seconds
    resolver   asked anew for each picture: what a name means may change, and is judged each time
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
        resolver: Resolver = resolved,
    ) -> None:
        """Raises FaceServiceRefused."""
        dialled(url, resolver)
        self._url, self._resolver, self._clock, self._timeout_s = url, resolver, clock, timeout_s
        self._breaker = Breaker()
        headers = JPEG if token is None else JPEG | {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(timeout=timeout_s, follow_redirects=False, trust_env=False, headers=headers)

    def match(self, crop: Pixels) -> FaceMatch | None:
        """As in the FaceMatcher protocol. While the breaker is open the service is not asked."""
        if self._breaker.is_open(self._clock()):
            raise FacesUnavailable("the face service failed again and again and is left alone for a while")
        is_encoded, jpeg = cv2.imencode(".jpg", crop, QUALITY)
        if not is_encoded:
            return None
        try:
            found = self._asked(dialled(self._url, self._resolver), jpeg.tobytes())
        except (httpx.HTTPError, FaceServiceRefused, ValueError, RecursionError) as error:
            self._breaker.failed(self._clock())
            raise FacesUnavailable(f"the face service did not answer as it should: {error!r}") from error
        self._breaker.succeeded()
        return found

    def close(self) -> None:
        self._client.close()

    def _asked(self, service: Dialled, jpeg: bytes) -> FaceMatch | None:
        """Raises httpx.HTTPError, ValueError."""
        give_up_at = self._clock() + self._timeout_s
        body = bytearray()
        headers, extensions = {"Host": service.host}, {} if service.name is None else {"sni_hostname": service.name}
        with self._client.stream("POST", service.url, content=jpeg, headers=headers, extensions=extensions) as answer:
            if answer.status_code == httpx.codes.NO_CONTENT:
                return None
            if answer.status_code != httpx.codes.OK:
                raise ValueError(f"status {answer.status_code}")
            for part in answer.iter_raw():
                body += part
                if len(body) > MOST_BYTES or self._clock() > give_up_at:
                    raise ValueError("its answer is too long or takes too long")
        return _match_in(json.loads(body))


def _match_in(answer: Any) -> FaceMatch:
    """Raises ValueError."""
    answer = answer if isinstance(answer, Mapping) else {"score": None}
    person, score, model = answer.get("person"), answer.get("score", 0.0), answer.get("model", "face-service")
    if isinstance(score, bool) or not isinstance(score, int | float) or not (isfinite(score) and 0.0 <= score <= 1.0):
        raise ValueError("score: a number of 0..1 is expected")
    for name, text in (("person", person), ("model", model)):
        if text is not None and not (isinstance(text, str) and 0 < len(text) <= LONGEST_NAME and text.isprintable()):
            raise ValueError(f"{name}: a text of at most {LONGEST_NAME} characters is expected")
    refs = (ModelRef(model or "face-service", ""),)
    return FaceMatch(None if person is None else user_named(person), float(score), refs)
