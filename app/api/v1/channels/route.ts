import { z } from 'zod';
import { apiChannels, ofClientQuery, pageQuery } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { listApiChannels } from '@/server/data/api-lists';
import { webDatabase } from '@/server/data/web-database';
import { channelAnswer } from '../api-answers';
import { idCursor, LIMIT_PRESET, listAnswer, readQuery } from '../list-answer';

const query = z.strictObject({ ...pageQuery, ...ofClientQuery });

/** The channels (pings, mails, webhooks, pulls), by id, closed ones among them, each with whether it is heard. */
export const GET = withRoute(
  { permission: 'view-agents', query, answer: apiChannels },
  async ({ request, scope }) => {
    const { cursor, limit = LIMIT_PRESET, clientId = null } = readQuery(request, query);
    const part = { after: idCursor(cursor), limit, clientId };
    const channels = await listApiChannels(webDatabase(), scope, part, new Date());
    return listAnswer(channels, limit, ({ channelId }) => channelId, channelAnswer);
  },
);
