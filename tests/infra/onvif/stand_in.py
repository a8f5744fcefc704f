"""A camera as ONVIF's device and media services describe it (Core and Media WSDL, ver10): SOAP over HTTP, WS-Discovery.

It checks the digest, the nonce and the clock of each question as a device does, and can misbehave in known ways.
"""

import base64
import contextlib
import hashlib
import http.server
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" '
    'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error">'
    "<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
)
NOT_AUTHORIZED = (
    "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode>"
    "<SOAP-ENV:Value>ter:NotAuthorized</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason>"
    '<SOAP-ENV:Text xml:lang="en">Sender not Authorized</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>'
)
PROFILE = (
    '<trt:Profiles token="{token}" fixed="true"><tt:Name>{name}</tt:Name>'
    '<tt:VideoSourceConfiguration token="VS"><tt:Bounds x="0" y="0" width="2688" height="1520"/>'
    "</tt:VideoSourceConfiguration>"
    '<tt:VideoEncoderConfiguration token="VE_{token}"><tt:Name>{name}</tt:Name><tt:Encoding>{encoding}</tt:Encoding>'
    "<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution>"
    "<tt:RateControl><tt:FrameRateLimit>{fps}</tt:FrameRateLimit><tt:BitrateLimit>2048</tt:BitrateLimit>"
    "</tt:RateControl></tt:VideoEncoderConfiguration></trt:Profiles>"
)
PROBE_MATCH = (
    '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">'
    "<e:Header><w:MessageID>uuid:84ede3de-7dec-11d0-c360-f01234567890</w:MessageID>"
    "<w:RelatesTo>{question}</w:RelatesTo><w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches"
    "</w:Action></e:Header><e:Body><d:ProbeMatches><d:ProbeMatch><w:EndpointReference>"
    "<w:Address>uuid:84ede3de-7dec-11d0-c360-f01234567890</w:Address></w:EndpointReference>"
    "<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/type/video_encoder "
    "onvif://www.onvif.org/name/Gate%20camera</d:Scopes><d:XAddrs>{services}</d:XAddrs>"
    "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"
)
MAIN_AND_SUBS = (
    ("main", "mainStream", "H264", 1920, 1080, 25, "rtsp://{host}:554/Streaming/Channels/101?transportmode=unicast"),
    ("sub", "subStream", "H264", 640, 360, 15, "rtsp://{host}:554/Streaming/Channels/102"),
    ("third", "thirdStream", "H264", 352, 288, 10, "rtsp://{host}:554/Streaming/Channels/103"),
    ("jpeg", "snapshots", "JPEG", 640, 480, 5, "rtsp://{host}:554/Streaming/Channels/104"),
)


@dataclass
class StandIn:
    """profiles   token, name, encoding, width, height, frames/s, address with {host}
    ahead      how far its clock runs before ours
    answers    instead of its own, by the question's name: gives the whole HTTP answer, as bytes
    """

    user: str = "admin"
    password: str = "s3cret&<"
    ahead: timedelta = timedelta()
    profiles: tuple[tuple[str, str, str, int, int, int, str], ...] = MAIN_AND_SUBS
    media: str = ""
    answers: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self._nonces: set[str] = set()
        stand_in = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                stand_in.answer(self, body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer((self.host, 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.service = f"http://{self.host}:{self._server.server_port}/onvif/device_service"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: http.server.BaseHTTPRequestHandler, body: str) -> None:
        question = re.search(r"<s:Body><q:(\w+)", body)
        name = question[1] if question else ""
        self.asked.append(name)
        self.seen.append(body)
        if name in self.answers:
            with contextlib.suppress(OSError):
                handler.wfile.write(self.answers[name]())
            return
        is_open = name == "GetSystemDateAndTime"
        text = getattr(self, f"_{name}")(body) if is_open or self._is_authorized(body) else NOT_AUTHORIZED
        data = ENVELOPE.format(body=text).encode()
        handler.send_response(400 if text is NOT_AUTHORIZED else 200)
        handler.send_header("Content-Type", "application/soap+xml; charset=utf-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _is_authorized(self, body: str) -> bool:
        """UsernameToken Profile 1.0: digest of nonce, time and password; no nonce twice, no time but its own."""
        said = dict(re.findall(r"<(?:w|u):(Username|Password|Nonce|Created)\b[^>]*>([^<]*)<", body))
        if said.get("Username") != self.user or said["Nonce"] in self._nonces:
            return False
        self._nonces.add(said["Nonce"])
        created = datetime.fromisoformat(said["Created"].replace("Z", "+00:00"))
        if abs(datetime.now(UTC) + self.ahead - created) > timedelta(seconds=10):
            return False
        whole = base64.b64decode(said["Nonce"]) + said["Created"].encode() + self.password.encode()
        digest = base64.b64encode(hashlib.sha1(whole, usedforsecurity=False).digest()).decode()
        return bool(said["Password"] == digest)

    def _GetSystemDateAndTime(self, _: str) -> str:
        now = datetime.now(UTC) + self.ahead
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
            "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>MSK-3</tt:TZ></tt:TimeZone>"
            f"<tt:UTCDateTime><tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute>"
            f"<tt:Second>{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}</tt:Year>"
            f"<tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date></tt:UTCDateTime>"
            "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )

    def _GetDeviceInformation(self, _: str) -> str:
        return (
            "<tds:GetDeviceInformationResponse><tds:Manufacturer>Stand &amp; In</tds:Manufacturer>"
            "<tds:Model>S-100</tds:Model><tds:FirmwareVersion>1.0</tds:FirmwareVersion>"
            "<tds:SerialNumber>42</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>"
        )

    def _GetCapabilities(self, _: str) -> str:
        media = self.media or self.service.replace("device_service", "media_service")
        return (
            f"<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>{media}</tt:XAddr></tt:Media>"
            "</tds:Capabilities></tds:GetCapabilitiesResponse>"
        )

    def _GetProfiles(self, _: str) -> str:
        keys = ("token", "name", "encoding", "width", "height", "fps")
        told = (PROFILE.format(**dict(zip(keys, each[:6], strict=True))) for each in self.profiles)
        return f"<trt:GetProfilesResponse>{''.join(told)}</trt:GetProfilesResponse>"

    def _GetStreamUri(self, body: str) -> str:
        token = re.search(r"ProfileToken>([^<]*)<", body)
        uri = next(each[6] for each in self.profiles if token and each[0] == token[1]).format(host=self.host)
        return (
            f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{uri.replace('&', '&amp;')}</tt:Uri>"
            "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect></trt:MediaUri></trt:GetStreamUriResponse>"
        )


def http_answer(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


class Responder:
    """Answers WS-Discovery's question on a port of its own, with what `says` gives for the question's id."""

    def __init__(self, says: Callable[[str], list[bytes]]) -> None:
        self._says = says
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.at: tuple[str, int] = self._socket.getsockname()
        self.questions: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                data, sender = self._socket.recvfrom(65535)
            except OSError:
                return
            asked = re.search(r"MessageID>([^<]+)<", data.decode())
            if "discovery/Probe<" in data.decode() and "NetworkVideoTransmitter" in data.decode() and asked:
                self.questions.append(asked[1])
                with contextlib.suppress(OSError):
                    for each in self._says(asked[1]):
                        self._socket.sendto(each, sender)
                        time.sleep(0.001)
