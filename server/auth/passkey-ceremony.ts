import { createHash, randomBytes } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { PasskeySite } from './passkey-site';

type Bytes = Uint8Array<ArrayBuffer>;

/** Ed25519, ES256 and RS256: what authenticators have. */
const ALGORITHMS = [-8, -7, -257];
/** As long as a challenge is good. */
const TIMEOUT_MS = 300_000;
const TRANSPORTS_MAX = 10;

const base64Url = (charactersMax: number) =>
  z
    .string()
    .max(charactersMax)
    .regex(/^[\w-]+$/);

/** What a browser hands on of a new passkey. */
export const newPasskey = z.strictObject({
  credentialId: base64Url(1400),
  clientData: base64Url(4000),
  attestation: base64Url(20_000),
  transports: z.array(z.string().regex(/^[a-z-]{1,20}$/)).max(TRANSPORTS_MAX),
});

/** What a browser hands on of a passkey that signed. */
export const passkeySignature = z.strictObject({
  credentialId: base64Url(1400),
  clientData: base64Url(4000),
  authenticatorData: base64Url(4000),
  signature: base64Url(2000),
  /** null: the authenticator named nobody. */
  userHandle: base64Url(100).nullable(),
});

/** A credential that is there already, for authenticators to leave out or to take. */
export interface KnownCredential {
  readonly credentialId: Uint8Array;
  readonly transports: readonly string[];
}

/** 256 bits, as the library writes them. */
export function newChallenge(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a challenge or of a browser's secret. */
export function hashOf(secret: string): Bytes {
  return new Uint8Array(createHash('sha256').update(secret).digest());
}

/** What a browser makes a passkey with: one that can be found without a name, and never without a PIN, fingerprint or the like. */
export function askForNewPasskey(
  site: PasskeySite,
  challenge: string,
  person: { personId: string; name: string; email: string },
  known: readonly KnownCredential[],
) {
  return generateRegistrationOptions({
    rpName: 'Holdfast',
    rpID: site.rpId,
    challenge: bytesOf(challenge),
    userID: userHandleOf(person.personId),
    userName: person.email,
    userDisplayName: person.name,
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known.map(described),
  });
}

/** What a browser signs in with. `known` empty: the authenticator finds a passkey of this site by itself. */
export function askForSignature(site: PasskeySite, challenge: string, known: readonly KnownCredential[]) {
  return generateAuthenticationOptions({
    rpID: site.rpId,
    challenge: bytesOf(challenge),
    userVerification: 'required',
    timeout: TIMEOUT_MS,
    ...(known.length > 0 && { allowCredentials: known.map(described) }),
  });
}

/** A passkey that was made, as it is kept. */
export interface MadePasskey {
  readonly credentialId: Bytes;
  readonly publicKey: Bytes;
  /** 0: the authenticator does not count, or not yet. */
  readonly signCount: number;
  readonly aaguid: string;
  readonly isSyncable: boolean;
  readonly isSynced: boolean;
}

/** Why an answer of a browser is not what was asked for. */
export type CeremonyFailure = { readonly failure: 'unverified' | 'invalid'; readonly cause?: unknown };

/** The challenge that an answer says it answers; null: it says none, or is no answer to a page of ours alone. */
export function challengeIn(clientData: string): string | null {
  try {
    return claimed.parse(JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8'))).challenge;
  } catch {
    // What a browser did not write has no challenge.
    return null;
  }
}

const claimed = z.object({
  challenge: z.string().regex(/^[\w-]{43}$/),
  crossOrigin: z.literal(false).optional(),
});

/** Checks what a browser made: challenge, origin, site and user verification. */
export async function checkNewPasskey(
  site: PasskeySite,
  challenge: string,
  made: z.infer<typeof newPasskey>,
): Promise<MadePasskey | CeremonyFailure> {
  try {
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      response: {
        id: made.credentialId,
        rawId: made.credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON: made.clientData, attestationObject: made.attestation },
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      supportedAlgorithmIDs: ALGORITHMS,
      // Asked below, to be able to say so.
      requireUserVerification: false,
    });
    if (!verified || bytesOf(made.credentialId).toString() !== bytesOf(info.credential.id).toString())
      return { failure: 'invalid' };
    if (!info.userVerified) return { failure: 'unverified' };
    return {
      credentialId: bytesOf(info.credential.id),
      publicKey: new Uint8Array(info.credential.publicKey),
      signCount: info.credential.counter,
      aaguid: info.aaguid,
      isSyncable: info.credentialDeviceType === 'multiDevice',
      isSynced: info.credentialBackedUp,
    };
  } catch (cause) {
    return { failure: 'invalid', cause };
  }
}

/** What a signature says besides being right. */
export interface CheckedSignature {
  readonly signCount: number;
  readonly isSynced: boolean;
}

/**
 * Checks a signature: challenge, origin, site, user verification, and whose it says it is. Not its count, which is compared and set
 * where the session is opened.
 */
export async function checkSignature(
  site: PasskeySite,
  challenge: string,
  signed: z.infer<typeof passkeySignature>,
  { personId, publicKey }: { personId: string; publicKey: Uint8Array },
): Promise<CheckedSignature | CeremonyFailure> {
  const isTheirs =
    signed.userHandle === null || bytesOf(signed.userHandle).toString() === userHandleOf(personId).toString();
  if (!isTheirs) return { failure: 'invalid' };
  try {
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: {
        id: signed.credentialId,
        rawId: signed.credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: signed.clientData,
          authenticatorData: signed.authenticatorData,
          signature: signed.signature,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      credential: { id: signed.credentialId, publicKey: new Uint8Array(publicKey), counter: 0 },
      requireUserVerification: false,
    });
    if (!verified) return { failure: 'invalid' };
    if (!info.userVerified) return { failure: 'unverified' };
    return { signCount: info.newCounter, isSynced: info.credentialBackedUp };
  } catch (cause) {
    return { failure: 'invalid', cause };
  }
}

/** What authenticators know a person by: their id and nothing that tells who they are. */
function userHandleOf(personId: string): Bytes {
  return new Uint8Array(Buffer.from(personId.replaceAll('-', ''), 'hex'));
}

/** Bytes of base64url. */
export function bytesOf(base64url: string): Bytes {
  return new Uint8Array(Buffer.from(base64url, 'base64url'));
}

function described({ credentialId, transports }: KnownCredential) {
  return { id: Buffer.from(credentialId).toString('base64url'), transports: [...transports] };
}
