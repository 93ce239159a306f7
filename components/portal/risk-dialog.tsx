'use client';

import { fieldText } from '../forms/declaration-form';
import { SendDialog } from '../forms/send-dialog';
import { TextAreaField } from '../forms/text-area-field';

interface Props {
  clientId: string;
  changeId: string;
  title: string;
  decision: 'signed' | 'declined';
}

const WORDS = {
  signed: {
    open: 'Read and sign',
    send: 'Sign with my name',
    description: 'Your name and the time stand beside it from now on, also in the log that an auditor reads.',
    comment: 'Anything to add',
    done: 'You have signed it.',
  },
  declined: {
    open: 'Decline',
    send: 'Decline the risk',
    description:
      'Then nobody has accepted the risk: it is an open point again, and those who look after you see why.',
    comment: 'What you want instead',
    done: 'You have declined it. It is an open point again.',
  },
} as const;

/** Signs a risk in the company's name, or declines it. */
export function RiskDialog({ clientId, changeId, title, decision }: Props) {
  const words = WORDS[decision];
  return (
    <SendDialog
      title={`${decision === 'signed' ? 'Sign' : 'Decline'}: ${title}`}
      description={words.description}
      label={words.open}
      longLabel={`${words.open}: ${title}`}
      kind={decision === 'signed' ? 'primary' : 'plain'}
      className="h-10 max-sm:flex-1"
      submit={words.send}
      method="POST"
      address={`/api/v1/portal/${clientId}/risk-decisions`}
      bodyOf={(form) => ({ changeId, decision, comment: fieldText(form, 'comment') })}
      done={words.done}
      renderFields={(errors) => (
        <TextAreaField
          label={words.comment}
          name="comment"
          required={decision === 'declined'}
          maxLength={2000}
          error={errors['comment']}
        />
      )}
    />
  );
}
