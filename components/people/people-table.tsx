import type { ReactNode } from 'react';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

export interface PersonRow {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  /** Names of the clients they see; '*': every client. */
  readonly sees: '*' | readonly string[];
  readonly hasTotp: boolean;
  readonly hasPasskey: boolean;
  readonly signsOn: boolean;
  readonly lastSignInAt: Date | null;
  readonly revokedAt: Date | null;
  readonly isSelf: boolean;
}

interface Props {
  people: readonly PersonRow[];
  timeZone: string;
  now: Instant;
  /** What can be done with one. */
  actionsFor: (person: PersonRow) => ReactNode;
}

/** Who can sign in, as what, and how well their sign-in is guarded. */
export function PeopleTable({ people, timeZone, now, actionsFor }: Props) {
  const head = (
    <>
      <Th>Name</Th>
      <Th>Role</Th>
      <Th>Second factor</Th>
      <Th>Last sign-in</Th>
      <Th className="relative text-right">
        <span className="sr-only">Actions</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {people.map((person) => (
        <Tr key={person.personId}>
          <Td at="first">
            <span className="font-medium">{person.name}</span>
            {person.isSelf && <span className="text-ink-3"> you</span>}
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere]">{person.email}</span>
          </Td>
          <Td at="second">
            {person.revokedAt ? <Mark tone="off">Deactivated</Mark> : person.role}
            <Sees sees={person.sees} />
          </Td>
          <Td at="first-right">
            <SecondFactor person={person} />
          </Td>
          <Td at="third" className="@max-2xl:text-ink-3">
            {person.lastSignInAt ? (
              <Moment at={person.lastSignInAt.getTime()} timeZone={timeZone} now={now} />
            ) : (
              'never signed in'
            )}
          </Td>
          <Td at="third-right" className="text-right">
            {actionsFor(person)}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** Who signs in through the provider is guarded there. */
function SecondFactor({ person: { hasTotp, hasPasskey, signsOn } }: { person: PersonRow }) {
  const [first, ...others] = [
    ...(hasTotp ? ['Codes'] : []),
    ...(hasPasskey ? ['Passkey'] : []),
    ...(signsOn ? ['Single sign-on'] : []),
  ];
  if (first === undefined) return <Mark tone="risk">None</Mark>;
  return <Mark tone="ok">{[first, ...others.map((one) => one.toLowerCase())].join(', ')}</Mark>;
}

/** Which clients somebody sees, in words. */
export function Sees({ sees }: { sees: '*' | readonly string[] }) {
  return (
    <span className="text-ink-3 block max-w-56 text-xs whitespace-normal">
      {sees === '*' ? 'every client' : sees.join(', ')}
    </span>
  );
}
