import type { Route } from './route.ts';
import { accessRoutes } from './routes/access-routes.ts';
import { auditProofRoutes } from './routes/audit-proof-routes.ts';
import { auditRoutes } from './routes/audit-routes.ts';
import { catalogRoutes } from './routes/catalog-routes.ts';
import { clientRoutes } from './routes/client-routes.ts';
import { keyRoutes } from './routes/key-routes.ts';
import { roleRoutes } from './routes/role-routes.ts';
import { secretRoutes } from './routes/secret-routes.ts';
import { statusRoutes } from './routes/status-routes.ts';
import { tokenRoutes } from './routes/token-routes.ts';
import { whoamiRoutes } from './routes/whoami-routes.ts';

/** Where the admin API is mounted. */
export const ADMIN_API_PATH = '/admin/v1';

/** The admin API: every route there is, but the one that describes them. */
export const ROUTES: readonly Route[] = [
  ...whoamiRoutes,
  ...catalogRoutes,
  ...roleRoutes,
  ...clientRoutes,
  ...secretRoutes,
  ...keyRoutes,
  ...tokenRoutes,
  ...accessRoutes,
  ...auditRoutes,
  ...auditProofRoutes,
  ...statusRoutes,
];
