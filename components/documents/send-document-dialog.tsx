'use client';

import { Send } from 'lucide-react';
import { counted } from '../format/amounts';
import { SendDialog } from '../forms/send-dialog';
import { DeliveryTerms, RecipientsField } from './delivery-fields';
import { deliveryIn } from './delivery-form';

interface Props {
  documentId: string;
  /** What is sent, in words. */
  name: string;
  /** Filled in to begin with; preset: nobody. */
  recipients?: readonly string[] | undefined;
}

/** Sends a document to people who need no account. */
export function SendDocumentDialog({ documentId, name, recipients = [] }: Props) {
  return (
    <SendDialog<{ count: number }>
      title={`Send ${name}`}
      description="Each gets a mail with a link of their own. They need no account; the link ends by itself, and you can take it back."
      label={
        <>
          <Send size={13} aria-hidden="true" /> Send
        </>
      }
      longLabel={`Send ${name}`}
      kind="quiet"
      className="h-7 px-2"
      submit="Send it"
      method="POST"
      address={`/api/v1/documents/${documentId}/deliveries`}
      bodyOf={deliveryIn}
      done={({ count }) => `${counted(count, 'mail')} will go out.`}
      renderFields={(errors) => (
        <>
          <RecipientsField errors={errors} defaultValue={recipients.join('\n')} />
          <DeliveryTerms errors={errors} noteHelp="Stands in the mail as you write it. May be empty." />
        </>
      )}
    />
  );
}
