"""The demonstration world: made with the product's own actions from the files in deploy/demo.

Nothing here is needed to run the product. Each part looks first and creates only what is
missing, so a second run changes nothing and never undoes what somebody tried in the demo.
Days are counted from the day of the run, so the demo never grows old; a run on a later day
adds the departures of the days that have come into view.
"""
