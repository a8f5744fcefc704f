"""Everything a request may need, built by __main__ and carried by the application."""

from dataclasses import dataclass
from typing import cast

from minio import Minio
from nats.aio.client import Client
from starlette.requests import HTTPConnection

from gateway.commands import DomainCommands
from gateway.copies.desk import Copies
from gateway.crops.desk import Crops
from gateway.database import Database
from gateway.feed import IncidentFeed
from gateway.inquiries import Inquiries
from gateway.links import MediaLinks
from gateway.measures import Measures
from gateway.projected import Projected
from gateway.relay import Relay
from gateway.replay import ReplayQuestions
from gateway.rights import Rights
from gateway.settings import GatewaySettings
from gateway.signin.accounts import Accounts
from gateway.signin.attempts import Attempts
from gateway.signin.passwords import Passwords
from gateway.signin.sessions import Sessions
from gateway.standings import Standings
from gateway.stills.desk import Stills
from gateway.teaching import Teaching
from gateway.vitals import VitalsBoard
from gateway.webrtc.desk import WebRtcDesk


@dataclass(frozen=True, slots=True)
class Services:
    settings: GatewaySettings
    database: Database
    nats: Client
    objects: Minio
    sessions: Sessions
    passwords: Passwords
    attempts: Attempts
    accounts: Accounts
    rights: Rights
    projected: Projected
    feed: IncidentFeed
    commands: DomainCommands
    replay: ReplayQuestions
    inquiries: Inquiries
    links: MediaLinks
    standings: Standings
    copies: Copies
    relay: Relay
    stills: Stills
    crops: Crops
    teaching: Teaching
    webrtc: WebRtcDesk
    vitals: VitalsBoard
    measures: Measures


def services_of(connection: HTTPConnection) -> Services:
    """The services of the application that serves this request or socket."""
    return cast(Services, connection.app.state.services)
