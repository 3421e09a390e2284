"""Sign-in through an identity provider of the government, by OpenID Connect (authorization code with PKCE)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.router.accounts.errors import ProviderAway, WrongSignIn
from shared.observability.logs import get_logger

CALLBACK: Final = "/akun/penyedia/kembali"
_DISCOVERY: Final = "/.well-known/openid-configuration"
_TIMEOUT_S: Final = 5.0
_ALGORITHMS: Final = ("RS256", "ES256", "EdDSA")
# Values of the claim `amr` that say that more than a password was given (RFC 8176).
_STRONG: Final = frozenset({"mfa", "otp", "hwk", "swk"})
_REFUSED: Final = "Penyedia identitas tidak mengenali Anda, atau masuknya dibatalkan. Coba sekali lagi."
log = get_logger()


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that has begun: the provider's address, and what the browser keeps for us until it comes back."""

    address: str
    kept: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The provider's statement about a person: a verified e-mail address, and whether the person gave a second factor there."""

    email: str
    second_factor: bool


class Provider:
    """One identity provider. ``name`` stands on the button. ``console`` is our own address for browsers."""

    def __init__(self, *, name: str, issuer: str, client_id: str, client_secret: str, console: str) -> None:
        self.name = name
        self._issuer = issuer.rstrip("/")
        self._id = client_id
        self._secret = client_secret
        self._back = console.rstrip("/") + CALLBACK
        self._described: dict[str, Any] = {}

    async def begin(self) -> Begun:
        """Return the address to lead the browser to. Raise ProviderAway when the provider does not answer."""
        described = await self._describe()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self._id,
            "redirect_uri": self._back,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        address = f"{described['authorization_endpoint']}?{urlencode(asked)}"
        return Begun(address, f"{state}.{nonce}.{verifier}")

    async def finish(self, kept: str, answer: Mapping[str, str]) -> Identity:
        """Return who signed in. Raise WrongSignIn for an answer that is not to our question, and ProviderAway."""
        state, _, rest = kept.partition(".")
        nonce, _, verifier = rest.partition(".")
        if not secrets.compare_digest(state.encode(), answer.get("state", "").encode()) or "code" not in answer:
            raise WrongSignIn(message=_REFUSED)
        described = await self._describe()
        try:
            tokens, keys = await self._fetch(described, answer["code"], verifier)
            token = jwt.decode(tokens["id_token"], KeySet.import_key_set(keys), algorithms=list(_ALGORITHMS))
            jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": described["issuer"]},
                aud={"essential": True, "value": self._id},
                exp={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(token.claims)
        except httpx.HTTPError as error:
            log.warning("provider.away", error=type(error).__name__)
            raise ProviderAway from error
        except (JoseError, ValueError, KeyError) as error:
            log.warning("provider.refused", error=type(error).__name__)
            raise WrongSignIn(message=_REFUSED) from error
        return _identity(token.claims)

    async def _fetch(self, described: Mapping[str, Any], code: str, verifier: str) -> tuple[Any, Any]:
        """Return the tokens for a code, and the keys with which the provider signs."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": verifier,
        }
        async with _client() as client:
            tokens = await client.post(described["token_endpoint"], data=form, auth=(self._id, self._secret))
            keys = await client.get(described["jwks_uri"])
        if tokens.status_code == httpx.codes.BAD_REQUEST:
            raise ValueError("the provider does not know the code")
        return tokens.raise_for_status().json(), keys.raise_for_status().json()

    async def _describe(self) -> dict[str, Any]:
        """Return the provider's description of itself, read once."""
        if not self._described:
            try:
                async with _client() as client:
                    found = (await client.get(self._issuer + _DISCOVERY)).raise_for_status().json()
            except (httpx.HTTPError, ValueError) as error:
                log.warning("provider.away", error=type(error).__name__)
                raise ProviderAway from error
            if str(found.get("issuer", "")).rstrip("/") != self._issuer:
                raise ProviderAway
            self._described = found
        return self._described


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False)


def _challenge(verifier: str) -> str:
    """Return the challenge of a PKCE verifier (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _identity(claims: Mapping[str, Any]) -> Identity:
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        raise WrongSignIn(message="Penyedia identitas tidak memberikan alamat surel yang sudah diperiksa.")
    given = claims.get("amr")
    return Identity(email, bool(_STRONG & set(given)) if isinstance(given, list) else False)
