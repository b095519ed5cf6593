"""A strict double of Stripe, for the demo and the tests, in its own process.

Why it exists: the shop has to be shown and tested without a Stripe account, and a lenient stand-in
would let mistakes through that only real money would reveal. So the double speaks Stripe's HTTP API
for the few resources this product uses and is *stricter* than Stripe wherever strictness can only
help: a creation without an idempotency key is refused, a parameter it does not know is refused, a
connected account nobody declared does not exist.

What it refuses: everything outside payment-mode Checkout Sessions, PaymentIntents paid by card,
refunds and their events. What it does not catch: Stripe's rate limits, fraud rules, payout and
balance arithmetic, and payment methods other than cards. It never keeps a card number; only the
published test numbers are understood, and of those only the last four digits are stored.

Start it with ``python -m deploy.sandbox.stripe_double --port 12111 --state var/stripe``.
"""
