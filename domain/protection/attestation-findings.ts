import type { Instant } from '../time/instant';
import {
  askedAttestations,
  ATTESTATION_NOTED_BEFORE,
  attestationState,
  type AttestationName,
} from './attestation';
import { ofRepository, type Gap } from './gap';
import type { Prepared, PreparedRepository } from './prepared';

/** What the policy asks somebody to sign off about a repository that holds points, and nobody did, or no longer. */
export function attestationGaps(
  { facts, oldestAt }: PreparedRepository,
  { policy }: Prepared,
  now: Instant,
): Gap[] {
  if (oldestAt === null) return [];
  return askedAttestations(facts, policy, now).flatMap((asked): Gap[] => {
    const state = attestationState(asked, now);
    const base = { ...ofRepository(facts), rule: RULES[asked.name], origin: asked.said?.origin ?? null };
    switch (state.kind) {
      case 'holds':
        return [];
      case 'due-soon':
        return [
          {
            ...base,
            severity: 'note',
            since: state.dueAt - ATTESTATION_NOTED_BEFORE,
            detail: detailOf(asked.name, state),
          },
        ];
      case 'overdue':
        return [{ ...base, severity: 'warning', since: state.dueAt, detail: detailOf(asked.name, state) }];
      case 'lacking':
        return [
          { ...base, severity: 'warning', since: state.attestedAt, detail: detailOf(asked.name, state) },
        ];
      case 'missing':
        return [{ ...base, severity: 'warning', since: oldestAt, detail: detailOf(asked.name, state) }];
    }
  });
}

const RULES = { access: 'access-unattested', 'key-custody': 'key-custody-unattested' } as const;

function detailOf(
  what: AttestationName,
  state: Exclude<ReturnType<typeof attestationState>, { kind: 'holds' }>,
): Gap['detail'] {
  const { kind: standing, ...rest } = state;
  return { dueAt: null, owner: null, lacks: [], ...rest, kind: 'attestation', what, standing };
}
