import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { deliveryForm, sendDocument } from '@/server/services/send-documents';

/** Mails a document to people who need no account, each with a link that ends by itself. 202 with `{count}`. */
export const POST = withRoute(
  { permission: 'make-document', params: z.object({ documentId: z.uuid() }), body: deliveryForm },
  async ({ scope, session, params, body }) => {
    const count = await sendDocument(
      webDatabase(),
      scope,
      session,
      params.documentId,
      body,
      config(),
      Date.now(),
    );
    return Response.json({ count }, { status: 202 });
  },
);
