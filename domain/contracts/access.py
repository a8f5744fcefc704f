"""Who may do what, and where: words that events, commands and the gateway share for roles and users."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.contracts.identifiers import CameraId, GroupId, RoleId, ShopId

ADMINISTRATOR: Final = RoleId("administrator")
"""The role that a plant cannot be without: it keeps `manage_access` on the whole plant, and somebody holds it."""


class Right(StrEnum):
    """What a role may do (R133, R135). Confirming a review is a right, not a role (X2); so is loading data (X3)."""

    WATCH_LIVE = "watch_live"
    VIEW_INCIDENTS = "view_incidents"
    VIEW_EVIDENCE = "view_evidence"
    CONFIRM_REVIEW = "confirm_review"
    ASSIGN_INCIDENTS = "assign_incidents"
    LOCK_EVIDENCE = "lock_evidence"
    VIEW_REPORTS = "view_reports"
    VIEW_PLATES = "view_plates"
    VIEW_FACES = "view_faces"
    EXPORT_REPORTS = "export_reports"
    CONFIGURE_CAMERAS = "configure_cameras"
    PUBLISH_RULES = "publish_rules"
    PERMIT_OBJECTS = "permit_objects"
    SET_RETENTION = "set_retention"
    MANAGE_NOTIFICATIONS = "manage_notifications"
    MANAGE_REPORTS = "manage_reports"
    MANAGE_ACCESS = "manage_access"
    MANAGE_LICENCES = "manage_licences"
    MANAGE_SYSTEM = "manage_system"
    VIEW_SYSTEM = "view_system"
    VIEW_AUDIT = "view_audit"
    ERASE_PERSONS = "erase_persons"
    LOAD_DATA = "load_data"
    TRAIN_MODELS = "train_models"
    PROMOTE_MODELS = "promote_models"
    RECORD_VIDEO = "record_video"


class Provider(StrEnum):
    """Who knows the password: this installation, or a directory (R141, FAULTS G4)."""

    LOCAL = "local"
    LDAP = "ldap"


class SignInFailure(StrEnum):
    """Why somebody was not let in."""

    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, not a password
    UNKNOWN_USER = "unknown_user"
    DISABLED = "disabled"
    LOCKED_OUT = "locked_out"
    DIRECTORY_SILENT = "directory_silent"


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the plant: the whole, or the cameras of some shops and groups and some cameras by name (R133)."""

    whole_plant: bool = False
    shops: tuple[ShopId, ...] = ()
    groups: tuple[GroupId, ...] = ()
    cameras: tuple[CameraId, ...] = ()

    def covers(self, camera_id: CameraId, group_id: GroupId | None = None, shop_id: ShopId | None = None) -> bool:
        """Whether a camera, which belongs to this group and shop, lies inside."""
        return (
            self.whole_plant
            or camera_id in self.cameras
            or (group_id is not None and group_id in self.groups)
            or (shop_id is not None and shop_id in self.shops)
        )


WHOLE_PLANT: Final = Scope(whole_plant=True)
