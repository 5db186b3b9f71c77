/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-machine.h"

#include <string.h>

/**
 * phone_sip_machine_look_up:
 * @self: a table
 * @state: the row
 * @event: the column
 *
 * Returns: (transfer none) (nullable): the cell, or %NULL if the event means nothing in that state
 */
const PhoneSipTransition *
phone_sip_machine_look_up (const PhoneSipMachine *self,
                           guint                  state,
                           guint                  event)
{
  const PhoneSipTransition *cell;

  g_return_val_if_fail (state < self->n_states && event < self->n_events, NULL);

  cell = &self->cells[state * self->n_events + event];

  return cell->next == 0 ? NULL : cell;
}

/**
 * phone_sip_machine_to_string:
 * @self: a table
 *
 * One line for each cell that is not empty: "state event -> next action".
 *
 * Returns: (transfer full): the text
 */
char *
phone_sip_machine_to_string (const PhoneSipMachine *self)
{
  GString *text = g_string_new (NULL);

  for (guint state = 0; state < self->n_states; state++)
    for (guint event = 0; event < self->n_events; event++)
      {
        const PhoneSipTransition *cell = phone_sip_machine_look_up (self, state, event);
        const char *action;

        if (cell == NULL)
          continue;

        action = cell->action_name;
        if (action != NULL && g_str_has_prefix (action, self->prefix))
          action += strlen (self->prefix);
        g_string_append_printf (text, "%s %s -> %s", self->states[state], self->events[event], self->states[cell->next - 1]);
        if (action != NULL)
          g_string_append_printf (text, " %s", action);
        g_string_append_c (text, '\n');
      }

  return g_string_free (text, FALSE);
}
