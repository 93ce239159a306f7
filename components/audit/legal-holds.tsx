import { Moment } from '../ui/moment';
import { SendButton } from '../forms/send-button';
import { LegalHoldDialog } from './legal-hold-dialog';

interface Hold {
  holdId: string;
  clientId: string;
  reason: string;
  placedAt: Date;
  placedByName: string;
}

interface Props {
  holds: readonly Hold[];
  clients: readonly { clientId: string; name: string }[];
  isEditable: boolean;
  timeZone: string;
  now: number;
}

/** The clients whose evidence is held, and why. */
export function LegalHolds({ holds, clients, isEditable, timeZone, now }: Props) {
  const nameOf = (clientId: string) => clients.find((one) => one.clientId === clientId)?.name ?? clientId;
  const free = clients.filter(({ clientId }) => !holds.some((hold) => hold.clientId === clientId));
  return (
    <div className="flex flex-col items-start gap-1">
      {holds.length === 0 && (
        <span>None. Evidence is kept for six years, or longer where a contract or framework says so.</span>
      )}
      {holds.length > 0 && (
        <ul>
          {holds.map((hold) => (
            <li key={hold.holdId} className="flex flex-wrap items-center gap-x-2">
              <strong>{nameOf(hold.clientId)}</strong>
              <span className="break-words">{hold.reason}</span>
              <span className="text-ink-3">
                {hold.placedByName}, <Moment at={hold.placedAt.getTime()} timeZone={timeZone} now={now} />
              </span>
              {isEditable && (
                <SendButton
                  method="DELETE"
                  address={`/api/v1/clients/${hold.clientId}/legal-hold`}
                  label={`Withdraw the legal hold of ${nameOf(hold.clientId)}`}
                  done="The legal hold is withdrawn."
                >
                  Withdraw
                </SendButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {isEditable && free.length > 0 && <LegalHoldDialog clients={free} />}
    </div>
  );
}
