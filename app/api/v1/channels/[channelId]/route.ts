import { z } from 'zod';
import { apiChannel } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { readChannel } from '@/server/data/channel-screens';
import { webDatabase } from '@/server/data/web-database';
import { changeChannel, channelChange } from '@/server/services/change-channel';
import { closeChannel } from '@/server/services/open-channel';
import { nothingHere } from '@/server/nothing-here';
import type { TenantScope } from '@/server/tenancy/tenant-scope';
import { channelAnswer } from '../../api-answers';

const params = z.object({ channelId: z.uuid() });

interface Asked {
  readonly scope: TenantScope;
  readonly params: z.output<typeof params>;
}

async function current({ scope, params: { channelId } }: Asked) {
  const found = await readChannel(webDatabase(), scope, channelId, new Date());
  if (!found) throw nothingHere();
  return channelAnswer(found.channel);
}

/** One channel, with whether it is heard. */
export const GET = withRoute({ permission: 'view-agents', params, answer: apiChannel }, async (call) =>
  Response.json(await current(call)),
);

/** Says anew what a channel tells of; what is left out stays. 204. */
export const PATCH = withRoute(
  { permission: 'manage-channels', params, body: channelChange, current },
  async ({ scope, params: { channelId }, body }) => {
    await changeChannel(webDatabase(), scope, channelId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Closes a channel for good: what comes to its address is refused from now on. 204. */
export const DELETE = withRoute(
  { permission: 'manage-channels', params, current },
  async ({ scope, params: { channelId } }) => {
    await closeChannel(webDatabase(), scope, channelId);
    return new Response(null, { status: 204 });
  },
);
