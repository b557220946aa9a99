"""Fixtures of the stories."""

from tests.stories.telling import story

__all__ = ["story"]
