"""What all tests share."""

from hypothesis import settings

# A loaded machine is no fault of the code: no example fails for its time.
settings.register_profile("kiosk", deadline=None)
settings.load_profile("kiosk")
