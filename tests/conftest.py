"""What holds for every test: no test asserts a time, so that hypothesis sets none either."""

from hypothesis import settings

settings.register_profile("timeless", deadline=None)
settings.load_profile("timeless")
