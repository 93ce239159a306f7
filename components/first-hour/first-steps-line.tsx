import type { FirstStep } from '@/domain/first-hour/first-steps';
import { SendButton } from '../forms/send-button';
import { TextLink } from '../ui/text-link';

const NEXT: Readonly<Record<FirstStep, string>> = {
  msp: 'your name and time zone',
  mail: 'a test of the mail',
  client: 'the first client',
  connection: 'the first connection',
};

/** Leads an owner back to the first steps, on the fleet's page, until nothing is left to do or they put it away. */
export function FirstStepsLine({
  doneCount,
  total,
  next,
}: {
  doneCount: number;
  total: number;
  next: FirstStep;
}) {
  return (
    <aside
      aria-label="First steps"
      className="border-line text-13 text-ink-2 mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border px-3 py-1.5 print:hidden"
    >
      <span>
        First steps: {doneCount} of {total} done. Next: {NEXT[next]}.
      </span>
      <TextLink href="/first-steps" className="font-medium">
        Go on
      </TextLink>
      <span className="ml-auto">
        <SendButton
          method="PUT"
          address="/api/v1/first-steps"
          body={{ step: 'line', isLeftOut: true }}
          label="Do not show the first steps here any more"
          done="Put away. “First steps” stays under Go to."
        >
          Put away
        </SendButton>
      </span>
    </aside>
  );
}
