"""botocore's clients, pointed at an emulator and free of this machine's configuration."""

from __future__ import annotations

from typing import Any

import botocore.session
from botocore.config import Config

#: One attempt, because a second one would hide what the first was answered.
CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


def client(service: str, endpoint: str) -> Any:
    """A client of botocore's `service`, which validates what it sends."""
    return botocore.session.Session(profile=None).create_client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=CONFIG,
    )
