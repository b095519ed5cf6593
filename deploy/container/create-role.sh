#!/bin/sh
# First start of the database: the role the product signs in with. It owns its database, may create
# roles (one per agency), and is no superuser.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$APP_PASSWORD" --username postgres <<'SQL'
CREATE ROLE app LOGIN CREATEDB CREATEROLE NOSUPERUSER PASSWORD :'password';
CREATE DATABASE app OWNER app;
SQL
