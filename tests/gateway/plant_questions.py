"""What a safety officer's browser asks when it draws zones and publishes rules."""

from typing import Any, Final

ZONE: Final = "id name version polygon gate line { start end }"
RULE: Final = """
  id name kind version thresholdMin thresholdMax zoneId dwellS windowS gapS objectClasses minPersonHeight atGate
  forbidden near forbiddenLamps schedule { tz windows { days start end } }
"""
NO: Final = "... on Refusal { code message }"
STALE: Final = "... on Refusal { code changedBy changedAt }"
DRAW: Final = f"""
mutation ($input: ZoneInput!, $c: String!) {{
  p: drawZone(input: $input, commandId: $c) {{ ... on Zone {{ {ZONE} }} {NO} }}
}}
"""
DRAW_UNLESS_CHANGED: Final = f"""
mutation ($input: ZoneInput!, $c: String!) {{
  p: drawZone(input: $input, commandId: $c) {{ ... on Zone {{ id version }} {STALE} }}
}}
"""
PUBLISH_UNLESS_CHANGED: Final = f"""
mutation ($input: RuleInput!, $c: String!) {{
  p: publishRule(input: $input, commandId: $c) {{ ... on Rule {{ id version }} {STALE} }}
}}
"""
RETIRE_ZONE: Final = f"""
mutation ($id: ID!, $c: String!) {{
  p: retireZone(zoneId: $id, commandId: $c) {{ ... on ZoneRetired {{ id }} {NO} }}
}}
"""
PUBLISH: Final = f"""
mutation ($input: RuleInput!, $c: String!) {{
  p: publishRule(input: $input, commandId: $c) {{ ... on Rule {{ {RULE} }} {NO} }}
}}
"""
RETIRE_RULE: Final = f"""
mutation ($id: ID!, $c: String!) {{
  p: retireRule(ruleId: $id, commandId: $c) {{ ... on RuleRetired {{ id }} {NO} }}
}}
"""
ANALYTICS: Final = "... on Analytics { cameraId rules { id kind zoneId version } refused { kind code } }"
ATTACH: Final = f"""
mutation ($camera: ID!, $kinds: [RuleKind!]!, $zone: ID, $c: String!) {{
  p: attachAnalytics(cameraId: $camera, kinds: $kinds, zoneId: $zone, commandId: $c) {{ {ANALYTICS} {NO} }}
}}
"""
DETACH: Final = f"""
mutation ($camera: ID!, $kinds: [RuleKind!], $c: String!) {{
  p: detachAnalytics(cameraId: $camera, kinds: $kinds, commandId: $c) {{ {ANALYTICS} {NO} }}
}}
"""
PACK: Final = f"""
mutation ($camera: ID!, $pack: CasePack!, $c: String!) {{
  p: attachCasePack(cameraId: $camera, pack: $pack, commandId: $c) {{ {ANALYTICS} {NO} }}
}}
"""
SHOWN: Final = f"{{ cameras {{ id zones {{ {ZONE} }} rules {{ {RULE} }} }} }}"

SQUARE: Final = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]


def a_zone(**changes: Any) -> dict[str, Any]:
    return {"cameraId": "gate", "name": "Склад", "polygon": SQUARE} | changes


def a_rule(**changes: Any) -> dict[str, Any]:
    numbers = {"thresholdMin": 0.4, "thresholdMax": 0.7, "dwellS": 1.0, "windowS": 5.0, "gapS": 3.0}
    return {"cameraId": "gate", "zoneId": "press", "name": "У пресса", "kind": "DANGER_ZONE"} | numbers | changes
