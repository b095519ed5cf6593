"""The shop's door: read the request, ask, render. No rule of selling lives here."""
