"""The statistics that other programs use, under the name that they know; made in `tables`."""

from dmsi_lib.tables import multiple_response_test

__all__ = ["multiple_response_test"]
