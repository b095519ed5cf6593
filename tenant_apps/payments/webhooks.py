"""placeholder"""


def stripe_webhook(request):
    raise NotImplementedError
