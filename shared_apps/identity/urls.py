"""Sign-in, second factor and password pages of the people who work.

allauth's own views, the entrances limited per client. Further e-mail addresses are not
offered: an account has one address, the one it was invited by.
"""

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.webauthn import views as webauthn_views
from django.urls import include, path
from django.views.generic import RedirectView

from saas.limits import limited
from shared_apps.identity import views

guarded = limited("sign_in")

urlpatterns = [
    path("invitation/<str:token>/", guarded(views.invitation), name="office_invitation"),
    path("profil/", views.profile, name="office_profile"),
    path("langue/", views.language, name="office_language"),
    path("vue-client/", views.client_view, name="office_client_view"),
    path("login/", guarded(account_views.login), name="account_login"),
    path("password/reset/", guarded(account_views.password_reset), name="account_reset_password"),
    path("2fa/authenticate/", guarded(mfa_views.authenticate), name="mfa_authenticate"),
    path("2fa/webauthn/login/", guarded(webauthn_views.login_webauthn), name="mfa_login_webauthn"),
    path("email/", RedirectView.as_view(pattern_name="office_profile"), name="account_email"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
