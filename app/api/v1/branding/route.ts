import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { brandingForm, changeBranding } from '@/server/services/ask-for-documents';

/** A logo of 200 kB in base64, and what stands beside it. */
const BYTES_MAX = 300_000;

/** Changes how the MSP's documents look from now on. 204. */
export const PUT = withRoute(
  { permission: 'change-branding', body: brandingForm, bodyBytesMax: BYTES_MAX },
  async ({ scope, session, body }) => {
    await changeBranding(webDatabase(), scope, session, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
