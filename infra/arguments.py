"""What the processes of single cameras are told on their command line."""

import argparse

from domain.contracts.identifiers import CameraId, IdentifierRefused, slug


def camera_argument(program: str, about: str, which: str) -> CameraId:
    """The value of --camera; ends the process with a usage message when it is none.

    which   what camera it is to be, for the help
    """
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=about)
    parser.add_argument("--camera", required=True, metavar="ID", help=which)
    given = parser.parse_args().camera
    try:
        return CameraId(slug(given))
    except IdentifierRefused as error:
        parser.error(str(error))
