import {
  type AskedAttestation,
  type AttestationState,
  attestationState,
} from '@/domain/protection/attestation';
import { promisedText } from '@/domain/protection/sentence';
import type { Instant } from '@/domain/time/instant';
import { DeclareDialog } from '../forms/declare-dialog';
import type { DeclarableSubject } from '../forms/declaration-form';
import { Moment } from '../ui/moment';
import { Mark, type Tone } from './status-mark';

interface Props {
  asked: readonly AskedAttestation[];
  subject: DeclarableSubject;
  timeZone: string;
  now: Instant;
  mayDeclare: boolean;
}

const NAMES = { access: 'Who can reach and delete it', 'key-custody': 'Where its key is kept' } as const;

/** What the policies ask somebody to sign off about a repository, how that stands, and where it is done. */
export function AttestationList({ asked, subject, timeZone, now, mayDeclare }: Props) {
  return (
    <ul className="border-line-2 text-13 border-t">
      {asked.map((one) => {
        const state = attestationState(one, now);
        return (
          <li
            key={one.name}
            className="border-line flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b py-2"
            data-attestation={one.name}
          >
            <span className="min-w-[220px] flex-1">
              <span className="font-medium">{NAMES[one.name]}</span>
              <span className="text-ink-3 block text-xs">
                at least every {promisedText(one.cadenceSeconds)}
              </span>
            </span>
            <span>
              <Mark tone={toneOf(state)}>{stateText(state)}</Mark>{' '}
              {'dueAt' in state && <Moment at={state.dueAt} timeZone={timeZone} now={now} />}
            </span>
            {mayDeclare && (
              <DeclareDialog
                clientId=""
                sites={[]}
                timeZone={timeZone}
                subjects={[subject]}
                renewed={{ attribute: one.name, value: one.said?.value ?? null }}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function toneOf(state: AttestationState): Tone {
  switch (state.kind) {
    case 'holds':
      return 'ok';
    case 'due-soon':
      return 'off';
    case 'overdue':
    case 'lacking':
    case 'missing':
      return 'risk';
  }
}

/** Before the instant at which it is due, where there is one. */
function stateText(state: AttestationState): string {
  switch (state.kind) {
    case 'holds':
      return 'Attested, due again';
    case 'due-soon':
      return `${state.owner} has to attest it by`;
    case 'overdue':
      return `${state.owner} was to attest it by`;
    case 'lacking':
      return `Lacks ${state.lacks.join(' and ')}`;
    case 'missing':
      return 'Nobody attested it';
  }
}
