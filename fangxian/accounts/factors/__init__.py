"""The second factor beside a password: an app's codes, passkeys, recovery codes. Read ``rules`` (of whom it is asked),
``sealing`` (how secrets are kept), ``checking`` (at sign-in), ``actions`` (all writes), ``pages``.

Kept in the table of django-allauth, whose stages of sign-in and WebAuthn are used; its pages, forms and codes are not.
"""
