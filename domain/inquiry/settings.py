"""Settings of the inquiry process."""

from pydantic import Field

from infra.persons.settings import PersonsSettings


class InquirySettings(PersonsSettings):
    """Read from the environment, prefix KASKA_."""

    inquiry_threads: int = Field(4, description="how many questions are worked on at once", ge=1, le=32)
    store_patience_s: float = Field(3.0, description="longest wait for the object store; then files are unknown", gt=0)
