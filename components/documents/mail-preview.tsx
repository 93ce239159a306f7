import { useEffect, useState } from 'react';
import { Button } from '../ui/button';

interface Props {
  clientId: string;
  name: string;
  /** #rrggbb */
  colour: string;
}

/** While a colour is being dragged over, the mail waits for a pause. */
const QUIET_MS = 250;

/** The mail that brings a client's report, as the outbox would send it with this look. */
export function MailPreview({ clientId, name, colour }: Props) {
  const [scheme, setScheme] = useState<'light' | 'dark'>('light');
  const wanted = `/api/v1/branding/mail?${new URLSearchParams({ clientId, name: name.trim(), colour, scheme })}`;
  const [address, setAddress] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setAddress(wanted), QUIET_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return (
    <section aria-labelledby="mail-title" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="mail-title">The mail with a report</h2>
        <fieldset className="flex gap-1">
          <legend className="sr-only">How its reader has it</legend>
          {(['light', 'dark'] as const).map((one) => (
            <Button
              key={one}
              kind={scheme === one ? 'plain' : 'quiet'}
              className="h-7 px-2"
              aria-pressed={scheme === one}
              onClick={() => setScheme(one)}
            >
              {one === 'light' ? 'Light' : 'Dark'}
            </Button>
          ))}
        </fieldset>
      </div>
      {name.trim() === '' ? (
        <p className="text-13 text-ink-2">Enter a name to see the mail.</p>
      ) : (
        <iframe
          key={address}
          src={address}
          sandbox=""
          title="The mail with a report"
          className="border-line h-[380px] w-full rounded border bg-[#fff]"
        />
      )}
      <p className="text-ink-3 text-xs">
        Mails have your name in your colour, without the logo: most readers show no pictures before somebody
        allows them. The link in this one leads nowhere.
      </p>
    </section>
  );
}
