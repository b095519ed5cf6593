"""Gunicorn in production: threads, because requests mostly wait for the database.

Threads times workers is the number of database connections the web holds at most: keep it below
PostgreSQL's `max_connections` together with the workers. Recycling keeps memory flat, since a
connection remembers the tables of every agency it has served.
"""

import os

bind = os.environ.get("BIND", "0.0.0.0:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", os.cpu_count() or 2))
threads = int(os.environ.get("WEB_THREADS", "8"))
max_requests = 5000
max_requests_jitter = 500
timeout = 30
graceful_timeout = 20
keepalive = 5
accesslog = "-"
# No client address and no query: neither people nor their searches belong in a log.
access_log_format = '%({host}i)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'
# The proxy in front is on this machine or in this network; it alone may say who the client is.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
