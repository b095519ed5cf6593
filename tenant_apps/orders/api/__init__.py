"""The partner API of an agency: ``/api/v1/`` on its host, one key per partner.

Reads the same selection and sells through the same actions as the shop; it owns no rule. Every
error is a problem document (RFC 9457), every POST may carry an ``Idempotency-Key``.
"""
