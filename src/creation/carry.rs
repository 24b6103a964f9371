//! Carries out the orders that are requests to the server, and returns their results. Decides nothing and repeats nothing.

use futures_util::future::{OptionFuture, join, join_all, join3, join4};

use crate::api::ProxmoxApi;

use super::order::{Answer, Fact, Order, Power, Question, Whole};

/// `None` for orders of the journal and for pauses: the caller carries those out.
pub async fn carry_out(api: &dyn ProxmoxApi, order: Order) -> Option<Fact> {
    match order {
        Order::Ask(number, question) => {
            let answer = Box::new(ask(api, question).await);
            Some(Fact::Answered(number, answer))
        }
        Order::Do(number, change) => Some(Fact::Done(number, api.change(&change).await)),
        Order::Record(..) | Order::Close(_) | Order::Wait(..) => None,
    }
}

async fn ask(api: &dyn ProxmoxApi, question: Question) -> Answer {
    match question {
        Question::Vm {
            node,
            vmid,
            with_config,
        } => {
            let config = OptionFuture::from(with_config.then(|| api.vm_config(&node, vmid)));
            let (found, config) = join(api.find_vm(&node, vmid), config).await;
            Answer::Vm { found, config }
        }
        Question::Task { task, from_line } => {
            // The state first: a log that is read after the end of the task is complete.
            let state = api.task_state(&task).await;
            let log = api.task_log(&task, from_line).await;
            Answer::Task { state, log }
        }
        Question::Pending { node, vmid } => Answer::Pending(api.pending(&node, vmid).await),
        Question::Registration { vmid } => Answer::Registration(api.ha_state(vmid).await),
        Question::Power {
            node,
            vmid,
            under_ha,
        } => {
            let service = OptionFuture::from(under_ha.then(|| api.ha_service(vmid)));
            let asked = join3(
                api.vm_status(&node, vmid),
                api.find_vm(&node, vmid),
                service,
            );
            let (status, found, service) = asked.await;
            Answer::Power(Power {
                status,
                found,
                service,
            })
        }
        Question::Whole {
            node,
            vmid,
            under_ha,
        } => {
            let registration = OptionFuture::from(under_ha.then(|| api.ha_state(vmid)));
            let (config, pending, found, registration) = join4(
                api.vm_config(&node, vmid),
                api.pending(&node, vmid),
                api.find_vm(&node, vmid),
                registration,
            )
            .await;
            Answer::Whole(Whole {
                config,
                pending,
                found,
                registration,
            })
        }
        Question::Volumes {
            node,
            vmid,
            storages,
        } => {
            let lists = storages.iter().map(|storage| {
                let (node, storage) = (node.as_str(), storage.as_str());
                async move {
                    let list = api.volumes_of(node, storage, vmid).await;
                    (storage.to_owned(), list)
                }
            });
            let (free, lists) = join(api.vmid_is_free(vmid), join_all(lists)).await;
            Answer::Volumes { free, lists }
        }
    }
}
