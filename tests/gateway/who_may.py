"""Who may do what: roles, and for every field of the schema and every route those that are answered."""

from domain.contracts.access import Right
from gateway import rights

ROLES: dict[str, tuple[Right, ...]] = {
    "nobody": (),
    "watchman": (Right.WATCH_LIVE,),
    "guard": (Right.WATCH_LIVE, Right.VIEW_INCIDENTS),
    "reviewer": (Right.VIEW_INCIDENTS, Right.VIEW_EVIDENCE, Right.CONFIRM_REVIEW),
    "confirms what they do not see": (Right.CONFIRM_REVIEW, Right.LOCK_EVIDENCE),
    "foreman": (Right.VIEW_INCIDENTS, Right.PERMIT_OBJECTS),
    "archivist": (Right.VIEW_INCIDENTS, Right.VIEW_EVIDENCE, Right.LOCK_EVIDENCE),
    "analyst": (Right.VIEW_REPORTS, Right.EXPORT_REPORTS),
    "engineer": (Right.CONFIGURE_CAMERAS, Right.PUBLISH_RULES, Right.VIEW_SYSTEM),
    "keeper": (Right.SET_RETENTION,),
    "access control": (Right.VIEW_FACES,),
    "gatekeeper": (Right.VIEW_REPORTS, Right.VIEW_PLATES),
    "auditor": (Right.VIEW_AUDIT,),
    "recorder": (Right.WATCH_LIVE, Right.RECORD_VIDEO),
    "privacy officer": (Right.ERASE_PERSONS,),
    "data": (Right.LOAD_DATA, Right.TRAIN_MODELS, Right.PROMOTE_MODELS),
    "administrator": tuple(Right),
}
ALL = frozenset(ROLES)


def roles_with(*needed: Right) -> frozenset[str]:
    return frozenset(name for name, held in ROLES.items() if set(needed) <= set(held))


def roles_with_any(*one_of: Right) -> frozenset[str]:
    return frozenset(name for name, held in ROLES.items() if set(one_of) & set(held))


SEE = roles_with(Right.VIEW_INCIDENTS)
REVIEW = roles_with(Right.VIEW_INCIDENTS, Right.CONFIRM_REVIEW)
LOCK = roles_with(Right.VIEW_INCIDENTS, Right.LOCK_EVIDENCE)
REPORTS = roles_with(Right.VIEW_REPORTS)
SEE_RECORDINGS = roles_with_any(Right.VIEW_EVIDENCE, Right.RECORD_VIDEO)
ALLOWED: dict[str, frozenset[str]] = {
    "query me": ALL,
    "query cameras": roles_with_any(*rights.SHOW_CAMERA),
    "query incidents": SEE,
    "query incident": SEE,
    "query incidentPassport": SEE,
    "query incidentAsKnown": SEE,
    "query unprocessedEvents": SEE,
    "query violations": SEE,
    "query audit": roles_with(Right.VIEW_AUDIT),
    "query dailyStatistics": REPORTS,
    "query whatIfJobs": REPORTS,
    "query whatIfJob": REPORTS,
    "query zoneVisits": REPORTS,
    "query vehiclePassages": REPORTS,
    "query vehiclePassage": REPORTS,
    "query vehicleTraffic": REPORTS,
    "query parking": roles_with(Right.VIEW_REPORTS, Right.VIEW_PLATES),
    "query attendance": REPORTS,
    "query presence": REPORTS,
    "query faceMatches": roles_with(Right.VIEW_FACES),
    "query faceModule": roles_with(Right.VIEW_FACES),
    "query facePersons": roles_with(Right.VIEW_FACES),
    "query personDays": roles_with(Right.VIEW_REPORTS, Right.VIEW_FACES),
    "query coverage": REPORTS,
    "query recordings": SEE_RECORDINGS,
    "mutation startRecording": roles_with(Right.RECORD_VIDEO),
    "mutation stopRecording": roles_with(Right.RECORD_VIDEO),
    "mutation lockRecording": SEE_RECORDINGS & roles_with(Right.LOCK_EVIDENCE),
    "mutation unlockRecording": SEE_RECORDINGS & roles_with(Right.LOCK_EVIDENCE),
    "mutation confirmViolation": REVIEW,
    "mutation markFalsePositive": REVIEW,
    "mutation reopenReview": REVIEW,
    "mutation comment": REVIEW,
    "mutation lockEvidence": LOCK,
    "mutation unlockEvidence": LOCK,
    "mutation permitObject": roles_with(Right.VIEW_INCIDENTS, Right.PERMIT_OBJECTS),
    "mutation renewReference": roles_with(Right.VIEW_INCIDENTS, Right.PUBLISH_RULES),
    "mutation registerCamera": roles_with(Right.CONFIGURE_CAMERAS),
    "mutation retireCamera": roles_with(Right.CONFIGURE_CAMERAS),
    **dict.fromkeys(("query usualRule", "query casePacks"), roles_with_any(*rights.SHOW_CAMERA)),
    **dict.fromkeys(("mutation drawZone", "mutation retireZone"), roles_with(Right.CONFIGURE_CAMERAS)),
    **dict.fromkeys(("mutation publishRule", "mutation retireRule"), roles_with(Right.PUBLISH_RULES)),
    **dict.fromkeys(("mutation attachAnalytics", "mutation detachAnalytics"), roles_with(Right.PUBLISH_RULES)),
    "mutation attachCasePack": roles_with(Right.CONFIGURE_CAMERAS, Right.PUBLISH_RULES),
    "query machineAlbum": roles_with(Right.CONFIGURE_CAMERAS),
    "mutation takeMachinePicture": roles_with(Right.CONFIGURE_CAMERAS, Right.WATCH_LIVE),
    "mutation labelMachinePicture": roles_with(Right.CONFIGURE_CAMERAS),
    "mutation removeMachinePicture": roles_with(Right.CONFIGURE_CAMERAS),
    "mutation teachMachine": roles_with(Right.CONFIGURE_CAMERAS),
    "mutation setRetention": roles_with(Right.SET_RETENTION),
    **dict.fromkeys(("query users", "query roles"), roles_with(Right.MANAGE_ACCESS)),
    **dict.fromkeys(("mutation grantRole", "mutation revokeRole"), roles_with(Right.MANAGE_ACCESS)),
    "mutation erasePerson": roles_with(Right.ERASE_PERSONS),
    "mutation startWhatIf": REPORTS,
    "mutation cancelWhatIf": REPORTS,
    "subscription incidentChanged": SEE,
    "subscription frames": roles_with(Right.WATCH_LIVE),
    "subscription whatIfProgress": REPORTS,
}
"""Role by role what is answered and not refused. A new field of the schema needs its line here."""

ROUTES: dict[str, frozenset[str] | None] = {
    "POST /api/session": None,
    "GET /healthz": None,
    "GET /api/session": ALL,
    "DELETE /api/session": ALL,
    "GET /api/openapi.json": ALL,
    "GET /api/docs": ALL,
    "GET /api/docs/start.js": ALL,
    "GET /api/docs/{name}": ALL,
    "GET /graphql": ALL,
    "POST /graphql": ALL,
    "GET /media/{incident_id}/{kind}": roles_with(Right.VIEW_EVIDENCE),
    "GET /live/{camera}/still.jpg": roles_with(Right.WATCH_LIVE),
    "GET /live/{camera}/{file}": roles_with(Right.WATCH_LIVE),
    "GET /live/{camera}/{quality}/{file}": roles_with(Right.WATCH_LIVE, Right.VIEW_INCIDENTS),
    "POST /live/{camera}/whep": roles_with(Right.WATCH_LIVE),
    "POST /live/{camera}/{quality}/whep": roles_with(Right.WATCH_LIVE),
    "DELETE /live/{camera}/whep/{session}": ALL,
    "GET /metrics": roles_with(Right.VIEW_SYSTEM),
    "GET /api/machines/{zone}/pictures/{picture}": roles_with(Right.CONFIGURE_CAMERAS),
    "POST /api/machines/{zone}/pictures": roles_with(Right.CONFIGURE_CAMERAS),
}
"""Beside the console's pages. None: everybody, signed in or not; ALL: everybody who is signed in."""

ABSENT = {"inquiry_unavailable", "job_unknown", "variation_refused", "projection_behind", "nothing_to_permit"}
ABSENT |= {"zone_in_use", "teaching_unavailable", "no_still"}
"""What an allowed role hears at this plant: no inquiry and no teacher runs, the camera shows nothing, no job was
started, no projection moves, nothing was left in a zone, a rule stands on the only one."""
