import { DAY, SECOND, type Instant } from '../time/instant';
import { attestedAt } from './attribute';
import type { AccessAttestation, Attribute, KeyCustody, RepositoryFacts } from './facts';
import type { ProtectionPolicy } from './policy';

/** What a person signs off about a repository, again and again. */
export type AttestationName = 'access' | 'key-custody';

/** How long before an attestation is due again it is said. */
export const ATTESTATION_NOTED_BEFORE = 14 * DAY;

/** How a repository stands to an attestation that the policy asks for. `lacks`: what was signed off and is not as it should be, in words. */
export type AttestationState =
  | { readonly kind: 'holds'; readonly dueAt: Instant }
  | { readonly kind: 'due-soon'; readonly dueAt: Instant; readonly owner: string }
  | { readonly kind: 'overdue'; readonly dueAt: Instant; readonly owner: string }
  | { readonly kind: 'lacking'; readonly lacks: readonly string[]; readonly attestedAt: Instant }
  | { readonly kind: 'missing' };

/** An attestation that is asked for, with what was signed off last. */
export interface AskedAttestation {
  readonly name: AttestationName;
  readonly said: Attribute<AccessAttestation> | Attribute<KeyCustody> | null;
  readonly cadenceSeconds: number;
  readonly lacks: readonly string[];
}

/** What the policy asks of a repository at an instant. One that is known to be unencrypted has no key. */
export function askedAttestations(
  repository: Pick<RepositoryFacts, 'access' | 'keyCustody' | 'isEncrypted'>,
  policy: ProtectionPolicy,
  at: Instant,
): readonly AskedAttestation[] {
  const { accessAttestationCadenceSeconds: access, keyCustodyAttestationCadenceSeconds: custody } = policy;
  if (access === null && custody === null) return NONE;
  const asked: AskedAttestation[] = [];
  if (access !== null)
    asked.push({
      name: 'access',
      said: repository.access,
      cadenceSeconds: access,
      lacks: accessLacks(repository.access?.value ?? null),
    });
  if (custody !== null && attestedAt(repository.isEncrypted, at)?.value !== false)
    asked.push({ name: 'key-custody', said: repository.keyCustody, cadenceSeconds: custody, lacks: NONE });
  return asked;
}

const NONE: readonly never[] = [];

function accessLacks(said: AccessAttestation | null): string[] {
  if (said === null) return [];
  return [
    ...(said.hasSecondFactor ? [] : ['a second factor']),
    ...(said.hasSeparateCredentials ? [] : ['separate credentials']),
  ];
}

/** When an attestation must be given again: when its cadence or its own end comes, whichever is first. */
function attestationDueAt(said: Attribute<unknown>, cadenceSeconds: number): Instant {
  const signedAt = said.origin.kind === 'declaration' ? said.origin.at : null;
  const byCadence = signedAt === null ? null : signedAt + cadenceSeconds * SECOND;
  return Math.min(byCadence ?? Infinity, said.until ?? Infinity);
}

/** How it stands at an instant: it holds until it is due, exclusive. */
export function attestationState(
  { said, cadenceSeconds, lacks }: AskedAttestation,
  at: Instant,
): AttestationState {
  if (said === null) return { kind: 'missing' };
  const dueAt = attestationDueAt(said, cadenceSeconds);
  const { owner } = said.value;
  if (at >= dueAt) return { kind: 'overdue', dueAt, owner };
  if (lacks.length > 0) {
    const signedAt = said.origin.kind === 'declaration' ? said.origin.at : at;
    return { kind: 'lacking', lacks, attestedAt: signedAt };
  }
  if (at >= dueAt - ATTESTATION_NOTED_BEFORE) return { kind: 'due-soon', dueAt, owner };
  return { kind: 'holds', dueAt };
}

/** The instants at which what the policy asks of a repository turns. */
export function attestationTurns(repository: RepositoryFacts, policy: ProtectionPolicy): Instant[] {
  // Whether it has a key does not matter here: an instant too many changes nothing.
  return askedAttestations({ ...repository, isEncrypted: null }, policy, 0).flatMap(
    ({ said, cadenceSeconds }) => {
      if (said === null) return [];
      const dueAt = attestationDueAt(said, cadenceSeconds);
      return [dueAt - ATTESTATION_NOTED_BEFORE, dueAt];
    },
  );
}
