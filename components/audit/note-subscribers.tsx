import { SendButton } from '../forms/send-button';

interface Person {
  personId: string;
  name: string;
}

interface Props {
  subscribers: readonly Person[];
  others: readonly Person[];
  /** Whether the viewer may change who gets it. */
  isEditable: boolean;
}

const addressOf = ({ personId }: Person): string => `/api/v1/audit/note-subscriptions/${personId}`;

/** Who gets the day's note by mail; owners add and remove people. */
export function NoteSubscribers({ subscribers, others, isEditable }: Props) {
  return (
    <div className="flex flex-col gap-1">
      <span>
        {subscribers.length === 0
          ? 'Nobody yet. Kept in a mailbox, the day’s note shows later whether anybody changed the log, whatever access they had.'
          : 'Goes out once a day to'}
      </span>
      {subscribers.length > 0 && (
        <ul className="flex flex-wrap gap-x-4">
          {subscribers.map((person) => (
            <li key={person.personId} className="inline-flex items-center gap-1">
              {person.name}
              {isEditable && (
                <SendButton
                  method="DELETE"
                  address={addressOf(person)}
                  label={`Send ${person.name} no more notes`}
                  done={`${person.name} gets no more notes.`}
                >
                  End
                </SendButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {isEditable && others.length > 0 && (
        <details>
          <summary className="text-accent w-fit cursor-pointer">Add somebody</summary>
          <ul className="mt-1 flex flex-wrap gap-x-4">
            {others.map((person) => (
              <li key={person.personId} className="inline-flex items-center gap-1">
                {person.name}
                <SendButton
                  method="PUT"
                  address={addressOf(person)}
                  label={`Send ${person.name} the day’s note`}
                  done={`${person.name} gets the day’s note.`}
                  undo="DELETE"
                >
                  Add
                </SendButton>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
