/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine's address changes under the account: a connection is given up for a new one where its address has gone, and the media
 * of calls follow the signalling to the new one. */
#include "config.h"
#include "phone-ua-internal.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

/* Many changes of the network are none of ours: an interface for containers or a tunnel comes and goes. */
static gboolean
phone_ua_has_lost_address (PhoneUa *self)
{
  struct ifaddrs *addresses = NULL;
  gboolean lost = TRUE;

  if (self->local_address == NULL || getifaddrs (&addresses) != 0)
    return FALSE;

  for (struct ifaddrs *address = addresses; address != NULL && lost; address = address->ifa_next)
    {
      char host[NI_MAXHOST];
      int family = address->ifa_addr != NULL ? address->ifa_addr->sa_family : AF_UNSPEC;
      socklen_t length = family == AF_INET6 ? sizeof (struct sockaddr_in6) : sizeof (struct sockaddr_in);

      if ((family != AF_INET && family != AF_INET6) || !(address->ifa_flags & IFF_UP)
          || getnameinfo (address->ifa_addr, length, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
        continue;
      host[strcspn (host, "%")] = '\0';
      lost = strcmp (host, self->local_address) != 0;
    }
  freeifaddrs (addresses);

  return lost;
}

/* Calls whose signalling leaves from another address now have media that left from the old one. */
void
phone_ua_follow_address (PhoneUa        *self,
                         PhoneSipSocket *socket)
{
  g_autofree char *old = g_steal_pointer (&self->local_address);

  self->local_address = phone_sip_socket_get_local_address (socket);
  if (old == NULL || self->local_address == NULL || g_str_equal (old, self->local_address))
    return;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      phone_call_path_moved (call);
    }
}

/**
 * phone_ua_retry_now:
 *
 * The network came back or changed: what waits to connect again need not wait, and a connection whose address has gone is given up
 * without waiting for the server's silence. Calls follow to the new address.
 */
void
phone_ua_retry_now (PhoneUa *self)
{
  g_return_if_fail (PHONE_IS_UA (self));

  if (!self->wanted || self->agent == NULL)
    return;
  if (!phone_ua_is_connected (self))
    phone_sip_transport_retry_now (phone_sip_agent_get_transport (self->agent));
  else if (phone_ua_has_lost_address (self))
    phone_sip_transport_reconnect (phone_sip_agent_get_transport (self->agent));
}
