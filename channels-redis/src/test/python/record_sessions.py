"""Records what a real Django writes into sessions, for DjangoSessionsTest.

    python3 record_sessions.py > ../resources/io/channels4j/redis/python/sessions.txt

Each line contains a name and a value in hexadecimal.
"""

import json
import pickle

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="the secret key",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
    DEFAULT_HASHING_ALGORITHM="sha256",
)
django.setup()

from django.contrib.auth.models import User
from django.contrib.sessions.backends.cache import KEY_PREFIX
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache.backends.base import default_key_func


def say(name, value):
    print(name, (value if isinstance(value, bytes) else str(value).encode()).hex())


user = User(pk=42, username="ada", password="pbkdf2_sha256$260000$salt$hash=")
login = {
    "_auth_user_id": "42",
    "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
    "_auth_user_hash": user.get_session_auth_hash(),
}
print("# Django", django.get_version())
say("password", user.password)
say("hash", user.get_session_auth_hash())
say("short", SessionStore().encode({"a": 1}))
say("login", SessionStore().encode(login))
say("compressed", SessionStore().encode({**login, "cart": [{"item": "tea", "count": 2}] * 40, "name": "Zo\u00eb"}))
say("cache_key", default_key_func(KEY_PREFIX + "abcdefghijklmnopqrstuvwxyz012345", "", 1))
say("pickled", pickle.dumps(login))
say("json", json.dumps(login))
