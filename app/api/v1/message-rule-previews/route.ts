import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { messageRuleDraft, previewMessageRule } from '@/server/services/preview-message-rule';

/** What a rule would make of the message that it is made from, and of the newest ones beside it. Changes nothing. */
export const POST = withRoute(
  { permission: 'manage-channels', body: messageRuleDraft },
  async ({ scope, body }) => Response.json(await previewMessageRule(webDatabase(), scope, body)),
);
