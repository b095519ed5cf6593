"""Replays of draft change sets over past and coming sales."""
