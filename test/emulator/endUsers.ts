import { ApiError, json } from './answers';
import type { EndUser } from './appRecords';
import type { App } from './apps';
import { fixedId, isoTime, seconds, tenantId } from './ids';
import type { Routes, World } from './route';

/** The `user` of requests that name none. */
export const defaultUser = 'DEFAULT-USER';

/** The app's record of a user; the first use makes it. */
export function endUserOf({ workspace }: Pick<World, 'workspace'>, app: App, user: string): EndUser {
	const id = fixedId(`end user ${app.id} ${user}`);
	const known = workspace.apps.endUsers.get(id) ?? { id, appId: app.id, user, createdAt: seconds() };
	workspace.apps.endUsers.set(id, known);
	return known;
}

/** Records of end users. */
export const endUserRoutes: Routes = {
	'GET /end-users/{end_user_id}': {
		key: 'app',
		handle: ({ workspace, app, params }) => {
			const record = workspace.apps.endUsers.get(params.end_user_id.toLowerCase());
			if (!record || record.appId !== app.id) throw new ApiError(404, 'end_user_not_found', 'End user not found.');
			return json({
				id: record.id,
				tenant_id: tenantId,
				app_id: app.id,
				type: 'service-api',
				external_user_id: record.user,
				name: null,
				is_anonymous: record.user === defaultUser,
				session_id: record.user,
				created_at: isoTime(record.createdAt),
				updated_at: isoTime(record.createdAt),
			});
		},
	},
};
