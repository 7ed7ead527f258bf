-- The decisions that courts owe.

-- name: list_tasks
-- A court's open tasks, oldest first, from after a place in that order.
SELECT t.task_id, t.kind, t.court_code, t.basis_id, t.obligation_id, t.opened_position, c.recorded_at
FROM task t
JOIN change c ON c.position = t.opened_position
WHERE t.court_code = $1 AND t.closed_position IS NULL AND (t.opened_position, t.task_id) > ($2, $3::uuid)
ORDER BY t.opened_position, t.task_id
LIMIT $4;
