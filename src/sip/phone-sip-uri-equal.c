/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When two URIs are the same (RFC 3261 §19.1.4). Scheme, user, password, host and port must agree as they are kept: lower case, with the
 * escapes that mean something. Of the parameters a few count when only one side has them, the others only where both do; headers
 * always do. Order never counts, so both sides are compared sorted. */

#include "config.h"
#include "phone-sip-uri.h"

#include "phone-sip-uri-private.h"

#include <string.h>

static int
phone_sip_uri_compare_params (gconstpointer a,
                              gconstpointer b)
{
  const PhoneSipParam *first = *(PhoneSipParam **) a, *second = *(PhoneSipParam **) b;
  int order = g_ascii_strcasecmp (first->name, second->name);

  return order != 0 ? order : g_strcmp0 (first->value, second->value);
}

static GPtrArray *
phone_sip_uri_sort_params (const PhoneSipParams *params)
{
  GPtrArray *sorted = g_ptr_array_sized_new (params->n_items);

  for (guint i = 0; i < params->n_items; i++)
    g_ptr_array_add (sorted, &params->items[i]);

  g_ptr_array_sort (sorted, phone_sip_uri_compare_params);
  return sorted;
}

/* Those that make a difference when only one side has them. */
static gboolean
phone_sip_uri_param_is_significant (const PhoneSipParam *param)
{
  static const char * const names[] = { "user", "ttl", "method", "maddr", "transport" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (param->name, names[i]) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
phone_sip_uri_params_equal (const PhoneSipUri *a,
                            const PhoneSipUri *b)
{
  g_autoptr (GPtrArray) first = phone_sip_uri_sort_params (&a->params);
  g_autoptr (GPtrArray) second = phone_sip_uri_sort_params (&b->params);
  guint i = 0, j = 0;

  while (i < first->len || j < second->len)
    {
      const PhoneSipParam *x = i < first->len ? first->pdata[i] : NULL, *y = j < second->len ? second->pdata[j] : NULL;
      int order = x == NULL ? 1 : y == NULL ? -1 : strcmp (x->name, y->name);

      if (order == 0)
        {
          if ((x->value == NULL) != (y->value == NULL) || (x->value != NULL && g_ascii_strcasecmp (x->value, y->value) != 0))
            return FALSE;
          i++;
          j++;
        }
      else
        {
          if (phone_sip_uri_param_is_significant (order < 0 ? x : y))
            return FALSE;
          if (order < 0)
            i++;
          else
            j++;
        }
    }

  return TRUE;
}

static gboolean
phone_sip_uri_headers_equal (const PhoneSipUri *a,
                             const PhoneSipUri *b)
{
  g_autoptr (GPtrArray) first = NULL, second = NULL;

  if (a->headers.n_items != b->headers.n_items)
    return FALSE;

  first = phone_sip_uri_sort_params (&a->headers);
  second = phone_sip_uri_sort_params (&b->headers);
  for (guint i = 0; i < first->len; i++)
    if (phone_sip_uri_compare_params (&first->pdata[i], &second->pdata[i]) != 0)
      return FALSE;

  return TRUE;
}

/**
 * phone_sip_uri_equal:
 * @a: a URI
 * @b: a URI
 *
 * Returns: whether they are equivalent by RFC 3261 §19.1.4; foreign URIs when their text is the same
 */
gboolean
phone_sip_uri_equal (const PhoneSipUri *a,
                     const PhoneSipUri *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (strcmp (a->scheme, b->scheme) != 0)
    return FALSE;
  if (a->opaque != NULL || b->opaque != NULL)
    return g_strcmp0 (a->opaque, b->opaque) == 0;

  return g_strcmp0 (a->user_escaped, b->user_escaped) == 0 && g_strcmp0 (a->password_escaped, b->password_escaped) == 0 &&
         strcmp (a->host, b->host) == 0 && a->port == b->port &&
         phone_sip_uri_params_equal (a, b) && phone_sip_uri_headers_equal (a, b);
}
