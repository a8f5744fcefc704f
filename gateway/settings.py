"""Settings of the gateway process: KASKA_GATEWAY_HOST, KASKA_GATEWAY_PORT, KASKA_ADMIN_PASSWORD and so on."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from domain.contracts.identifiers import slug
from gateway.webrtc.addresses import Offered
from infra.settings import ProcessSettings

DEFAULT_CONSOLE_DIR = Path(__file__).parent / "console" / "dist"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class GatewaySettings(ProcessSettings):
    """What the gateway adds to the settings that every process has."""

    gateway_host: str = Field("127.0.0.1", description="address to listen on")
    gateway_port: int = Field(8080, ge=1, le=65535, description="port to listen on")
    admin_password: SecretStr | None = Field(None, description="password of `admin`, used when no login exists yet")
    metrics_token: SecretStr | None = Field(None, description="bearer token for /metrics and /healthz details")
    link_secret: SecretStr | None = Field(
        None, description="key of signed media links, shared by all gateways; random at each start when not set"
    )
    allow_plain_http: bool = Field(
        False, description="let people sign in over HTTP without TLS from other machines (loopback is always allowed)"
    )
    public_origins: tuple[str, ...] = Field(
        (), description="origins such as https://kaska.plant that reach the gateway through a proxy with another Host"
    )
    session_hours: float = Field(12.0, gt=0, le=168, description="hours until a person must sign in again")
    media_link_s: int = Field(600, ge=10, le=3600, description="seconds for which a media link is valid, at least")
    copies_most_mib: int = Field(2048, ge=1, description="disk limit of derived copies of videos; the oldest go first")
    command_timeout_s: float = Field(5.0, gt=0, description="longest wait for the domain's answer to a command")
    projection_timeout_s: float = Field(5.0, gt=0, description="longest wait until a command's result can be read")
    inquiry_timeout_s: float = Field(10.0, gt=0, description="longest wait for a passport")
    expected_processes: tuple[str, ...] = Field(
        ("domain", "inference", "projections", "notary", "inquiry", "replay", "teacher", "custodian"),
        description="names under vitals.> that must be heard; a producer per camera is expected in addition",
    )
    webrtc_sessions: int = Field(16, ge=0, le=256, description="live views by WebRTC at once; with 0 all play HLS")
    webrtc_addresses: str = Field(
        "", description="IP addresses at which browsers reach this machine by UDP, by commas; empty: its network cards'"
    )
    webrtc_ports: str = Field("", description="UDP ports for live views, as 50000-50100; empty: the system chooses")
    node: str = Field(
        "", description="name of this home among several nodes: cameras of others are shown too; empty: there are none"
    )
    console_dir: Path = Field(DEFAULT_CONSOLE_DIR, description="folder of the built console")

    def webrtc_offered(self) -> Offered:
        """Where live views by WebRTC are offered: on this machine itself too when nobody else reaches the gateway."""
        loopback = self.gateway_host in LOOPBACK
        return Offered.parsed(self.webrtc_addresses, self.webrtc_ports, loopback=loopback)

    @model_validator(mode="after")
    def _judged(self) -> Self:
        self.webrtc_offered()
        if self.node:
            slug(self.node)
        return self
